/** What pages that are shared say, in each language. */

export type ShareTexts = {
  readonly tag: string
  readonly pictureName: (rank: number, prompt: string) => string
  readonly pictureAlone: (rank: number) => string
  readonly percent: (probability: number) => string
  readonly nameless: string
  readonly lead: (shown: number, candidates: number) => string
  readonly leadAlone: (shown: number) => string
  readonly made: string
  readonly recipe: string
  readonly model: string
  readonly seed: string
  readonly candidates: string
  readonly temperature: string
  readonly guidance: string
  readonly topK: string
  readonly topKAll: string
  readonly engine: string
  readonly yourself: string
  readonly yourselfHow: string
  readonly yourselfSame: string
  readonly yourselfHere: string
  readonly filesTell: string
}

const en: ShareTexts = {
  tag: 'en',
  pictureName: (rank, prompt) => `Picture ${rank}: ${prompt}`,
  pictureAlone: (rank) => `Picture ${rank}`,
  percent: (probability) => `${Math.round(100 * probability)} % match`,
  nameless: 'New pictures',
  lead: (shown, candidates) =>
    shown === 1 ? `One of ${candidates} that were drawn` : `${shown} of ${candidates} that were drawn`,
  leadAlone: (shown) => (shown === 1 ? 'One picture' : `${shown} pictures`),
  made: 'Drawn by a neural network, not by a person.',
  recipe: 'How they were made',
  model: 'Model',
  seed: 'Seed',
  candidates: 'Candidates',
  temperature: 'Temperature',
  guidance: 'Guidance',
  topK: 'Top-k',
  topKAll: 'all',
  engine: 'Engine',
  yourself: 'Make it yourself',
  yourselfHow: 'With Neuf, which is free software, in a shell:',
  yourselfSame: 'The same seed draws the same pictures; another one draws new ones.',
  yourselfHere: 'Draw it here',
  filesTell: 'Each picture carries its recipe in its file.',
}

const fr: ShareTexts = {
  tag: 'fr',
  pictureName: (rank, prompt) => `Image ${rank} : ${prompt}`,
  pictureAlone: (rank) => `Image ${rank}`,
  percent: (probability) => `accord : ${Math.round(100 * probability)} %`,
  nameless: 'Des images neuves',
  lead: (shown, candidates) =>
    shown === 1 ? `Une des ${candidates} images dessinées` : `${shown} des ${candidates} images dessinées`,
  leadAlone: (shown) => (shown === 1 ? 'Une image' : `${shown} images`),
  made: 'Dessiné par un réseau de neurones, non par une personne.',
  recipe: 'Comment elles ont été faites',
  model: 'Modèle',
  seed: 'Graine',
  candidates: 'Candidates',
  temperature: 'Température',
  guidance: 'Guidage',
  topK: 'Top-k',
  topKAll: 'toutes',
  engine: 'Moteur',
  yourself: 'Faites-le vous-même',
  yourselfHow: 'Avec Neuf, un logiciel libre, dans un terminal :',
  yourselfSame: 'La même graine dessine les mêmes images ; une autre en dessine de nouvelles.',
  yourselfHere: 'Le dessiner ici',
  filesTell: 'Chaque image porte sa recette dans son fichier.',
}

export const shareTexts = { en, fr } as const
export type ShareLanguage = keyof typeof shareTexts

/**
 * The first of these languages that there is, English where there is none: of an Accept-Language header, whose order is its
 * preference here, or of a variable such as LANG (`fr_CA.UTF-8`).
 */
export function shareLanguage(wanted: string | undefined): ShareLanguage {
  for (const part of (wanted ?? '').slice(0, 1000).split(',')) {
    const [, tag = ''] = /^\s*([a-z]+)/i.exec(part) ?? []
    if (Object.hasOwn(shareTexts, tag.toLowerCase())) return tag.toLowerCase() as ShareLanguage
  }
  return 'en'
}
