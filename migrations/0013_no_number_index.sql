-- A keyed hash of the identity number was kept with each document, and is needed by nothing: whether a number was seen
-- before is told by `people`, only where applicants agreed to it.
DROP INDEX id_card_verifications_by_number;
ALTER TABLE id_card_verifications DROP COLUMN id_number_index;
