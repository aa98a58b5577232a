-- Which fields of a document were missing or doubtful and why, as JSON: codes and names of fields, nothing of a person.
ALTER TABLE id_card_verifications ADD COLUMN advice TEXT;
