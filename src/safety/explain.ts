/** Reasons in words, for the page and the command line: what was seen, and where something can be done, what. */
import type { Category, Severity } from './policy.ts'

export type ReasonText = { readonly en: string; readonly fr: string }

type Texts = Readonly<Record<Category, ReasonText | Readonly<Record<Severity, ReasonText>>>>

const help = {
  en: 'If this is about you, please talk to somebody: a doctor or a helpline is there for it.',
  fr: "Si c'est de vous qu'il s'agit, parlez-en : un médecin ou une ligne d'écoute est là pour cela.",
}

const texts: Texts = {
  minors: {
    en: 'sexual content or nudity together with a child; say woman or man where a grown-up is meant',
    fr: 'contenu sexuel ou nudité avec un enfant ; dites femme ou homme pour une personne adulte',
  },
  hate: {
    mild: { en: 'a word that puts people down', fr: 'un mot qui rabaisse des personnes' },
    strong: { en: 'hatred against a group of people', fr: 'haine envers un groupe de personnes' },
  },
  sexual: {
    mild: { en: 'nudity', fr: 'nudité' },
    strong: { en: 'sexual content', fr: 'contenu sexuel' },
  },
  violence: {
    mild: { en: 'death or killing', fr: 'mort ou meurtre' },
    strong: { en: 'graphic violence', fr: 'violence crue' },
  },
  'self-harm': {
    mild: { en: `suicide. ${help.en}`, fr: `suicide. ${help.fr}` },
    strong: { en: `self-harm. ${help.en}`, fr: `automutilation ou suicide. ${help.fr}` },
  },
  dangerous: {
    mild: { en: 'illegal drugs', fr: 'drogues illégales' },
    strong: { en: 'instructions for weapons or drugs', fr: "mode d'emploi d'armes ou de drogues" },
  },
  people: {
    mild: { en: 'a person by name', fr: 'une personne nommée' },
    strong: {
      en: 'a person by name in a demeaning, sexual or violent scene',
      fr: 'une personne nommée dans une scène dégradante, sexuelle ou violente',
    },
  },
  extremism: {
    mild: { en: 'extremist symbols or people', fr: 'symboles ou figures extrémistes' },
    strong: { en: 'extremist propaganda', fr: 'propagande extrémiste' },
  },
  coarse: { en: 'a coarse or suggestive word', fr: 'un mot grossier ou suggestif' },
}

/** Why a category stops a prompt: half a sentence, to stand behind the words that it is about. */
export function reasonText(category: Category, severity: Severity): ReasonText {
  const found = texts[category]
  return 'en' in found ? found : found[severity]
}
