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
  readonly stayed: string
  readonly stayedShare: (share: number) => string
  readonly yourself: string
  readonly yourselfHow: string
  readonly yourselfSame: string
  readonly yourselfKept: (share: number) => string
  readonly yourselfHere: string
  readonly filesTell: string
  /** What pages of a server say. */
  readonly description: (shown: number) => string
  readonly veil: (why: string) => string
  readonly report: string
  readonly reportWhy: string
  readonly reportReasons: Readonly<Record<'illegal' | 'sexual' | 'hateful' | 'person' | 'other', string>>
  readonly reportWords: string
  readonly reportSend: string
  readonly reported: string
  readonly reportedThen: string
  readonly gone: string
  readonly goneWhy: Readonly<Record<'missing' | 'ended' | 'busy' | 'failed', string>>
  readonly toStart: string
  readonly feed: string
  readonly feedLead: string
  readonly feedEmpty: string
  readonly feedOlder: string
}

const en: ShareTexts = {
  tag: 'en',
  pictureName: (rank, prompt) => `Picture ${rank}: ${prompt}`,
  pictureAlone: (rank) => `Picture ${rank}`,
  percent: (probability) => `${Math.round(100 * probability)} % match`,
  nameless: 'New pictures',
  lead: (shown, candidates) => (shown === 1 ? `One of ${candidates} pictures` : `${shown} of ${candidates} pictures`),
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
  stayed: 'Stayed',
  stayedShare: (share) => `${Math.round(100 * share)} % of another picture`,
  yourself: 'Make it yourself',
  yourselfHow: 'With Neuf, which is free software, in a shell:',
  yourselfSame: 'The same seed draws the same pictures; another one draws new ones.',
  yourselfKept: (share) =>
    `These are another picture, drawn anew in part: ${Math.round(100 * share)} % of it stayed. Words alone do not draw them again; a picture’s own file does, with Neuf, which is free software, in a shell:`,
  yourselfHere: 'Draw it here',
  filesTell: 'Each picture carries its recipe in its file.',
  description: (shown) => (shown === 1 ? 'A new picture, drawn by Neuf' : `${shown} new pictures, drawn by Neuf`),
  veil: (why) => `Covered: ${why.replace(/\.$/, '')}. Show all the same`,
  report: 'Report this page',
  reportWhy: 'What is wrong with it?',
  reportReasons: {
    illegal: 'It is against the law',
    sexual: 'It is sexual',
    hateful: 'It is hateful or violent',
    person: 'It harms somebody who exists',
    other: 'Something else',
  },
  reportWords: 'More, if you like',
  reportSend: 'Send to whoever runs this server',
  reported: 'Thank you',
  reportedThen: 'Whoever runs this server will see your report and can take the page down.',
  gone: 'Nothing to see here',
  goneWhy: {
    missing: 'There is no such page. Perhaps a part of its address is missing.',
    ended: 'This page was here and is not any more: it was taken back, or its time is over.',
    busy: 'Too many requests at a time. Try again in a moment.',
    failed: 'It cannot be shown now. Try again in a moment.',
  },
  toStart: 'Draw nine pictures',
  feed: 'What people share here',
  feedLead: 'Each chose to show it.',
  feedEmpty: 'Nothing yet.',
  feedOlder: 'Older ones',
}

const fr: ShareTexts = {
  tag: 'fr',
  pictureName: (rank, prompt) => `Image ${rank} : ${prompt}`,
  pictureAlone: (rank) => `Image ${rank}`,
  percent: (probability) => `accord : ${Math.round(100 * probability)} %`,
  nameless: 'Des images neuves',
  lead: (shown, candidates) => (shown === 1 ? `Une image sur ${candidates}` : `${shown} images sur ${candidates}`),
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
  stayed: 'Resté',
  stayedShare: (share) => `${Math.round(100 * share)} % d’une autre image`,
  yourself: 'Faites-le vous-même',
  yourselfHow: 'Avec Neuf, un logiciel libre, dans un terminal :',
  yourselfSame: 'La même graine dessine les mêmes images ; une autre en dessine de nouvelles.',
  yourselfKept: (share) =>
    `Une autre image, redessinée en partie : ${Math.round(100 * share)} % en est resté. Les mots seuls ne les redessinent pas ; le fichier d’une image le fait, avec Neuf, un logiciel libre, dans un terminal :`,
  yourselfHere: 'Le dessiner ici',
  filesTell: 'Chaque image porte sa recette dans son fichier.',
  description: (shown) =>
    shown === 1 ? 'Une image neuve, dessinée par Neuf' : `${shown} images neuves, dessinées par Neuf`,
  veil: (why) => `Masqué : ${why.replace(/\.$/, '')}. Montrer quand même`,
  report: 'Signaler cette page',
  reportWhy: 'Qu’est-ce qui ne va pas ?',
  reportReasons: {
    illegal: 'C’est contraire à la loi',
    sexual: 'C’est sexuel',
    hateful: 'C’est haineux ou violent',
    person: 'Cela nuit à quelqu’un qui existe',
    other: 'Autre chose',
  },
  reportWords: 'Plus, si vous voulez',
  reportSend: 'L’envoyer à qui tient ce serveur',
  reported: 'Merci',
  reportedThen: 'Qui tient ce serveur verra votre signalement et peut retirer la page.',
  gone: 'Rien à voir ici',
  goneWhy: {
    missing: 'Cette page n’existe pas. Peut-être manque-t-il un morceau de son adresse.',
    ended: 'Cette page était ici et n’y est plus : elle a été reprise, ou son temps est passé.',
    busy: 'Trop de demandes à la fois. Réessayez dans un instant.',
    failed: 'On ne peut pas la montrer maintenant. Réessayez dans un instant.',
  },
  toStart: 'Dessiner neuf images',
  feed: 'Ce que l’on partage ici',
  feedLead: 'Chacun a choisi de le montrer.',
  feedEmpty: 'Rien encore.',
  feedOlder: 'Plus anciens',
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
