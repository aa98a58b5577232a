// Specimen documents with the faces on them, from BONIN_DATA; tests that want them skip by name where they are missing.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { data, models } from './server.mjs';

const folder = join(data, 'cards_with_faces');
const manifest = existsSync(join(folder, 'manifest.json')) ? JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) : [];
const hasModels =
  existsSync(join(models, 'manifest.json')) &&
  JSON.parse(readFileSync(join(models, 'manifest.json'), 'utf8')).models.every(({ file }) => existsSync(join(models, file)));

export const needsCards = { skip: manifest.length > 0 ? false : 'no specimen cards in BONIN_DATA' };
export const needsFaces = { skip: needsCards.skip || (hasModels ? false : 'no face models') };

// {truth, file, selfie, …}: `file` and `selfie` are paths. Level 0 is a clean scan.
export function card(type, level = 0) {
  const entry = manifest.find((item) => item.type === type && item.level === level);
  return { ...entry, file: join(folder, entry.file), selfie: join(data, 'faces', entry.selfie) };
}

// All of a level.
export const cards = (level) => manifest.filter((item) => item.level === level).map((item) => ({ ...item, file: join(folder, item.file), selfie: join(data, 'faces', item.selfie) }));
// Two cards with numbers of one kind, of one person.
export function pair() {
  const named = (file) => file.split('/')[1];
  const all = manifest.filter(({ type, level }) => type !== 'passport' && level <= 1);
  for (const one of all)
    for (const other of all)
      if (one !== other && named(one.selfie) === named(other.selfie) && one.truth.rrn !== other.truth.rrn)
        return [one, other].map((entry) => ({ ...entry, file: join(folder, entry.file), selfie: join(data, 'faces', entry.selfie) }));
  throw new Error('nobody has two cards');
}
