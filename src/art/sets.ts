/** The sets of the art, one a drawing style, and where each comes from: a public repository at one commit. */

export type ArtSet = {
  /** `owner/name` on GitHub. */
  readonly repository: string
  /** The commit that paths and hashes belong to, 40 hexadecimal digits. */
  readonly commit: string
  /** By its SPDX name; the text is in `licences/` (Apache-2.0: in the project's LICENSE). */
  readonly licence: 'Apache-2.0' | 'CC-BY-4.0' | 'MIT'
  /** What has to stand wherever the pictures, or what is learnt from them, are passed on. */
  readonly credit: string
  /** What else a reader should know of the source. */
  readonly note?: string
}

const fluent = {
  repository: 'Fantasy-Dm/fluentui-emoji',
  commit: '20750b3988a91d0d11a78e191ef78afb7559d870',
  licence: 'MIT',
  credit: 'Fluent Emoji, Copyright (c) Microsoft Corporation, MIT License',
  note: 'a copy of microsoft/fluentui-emoji',
} as const

/** In the order of the index. */
export const artSets = {
  noto: {
    repository: 'googlefonts/noto-emoji',
    commit: 'b3e3051a088047d19fd4d49b1c3ac42fb8c3aaf8',
    licence: 'Apache-2.0',
    credit: 'Noto Emoji, Copyright 2013 Google LLC / Google, Inc., Apache License 2.0',
    note: "the pictures alone; the repository's fonts are under the OFL-1.1 and are not used",
  },
  fluent3d: fluent,
  fluentflat: fluent,
  twemoji: {
    repository: 'cptpiepmatz/twemoji-assets',
    commit: '9ee6e4b252b5c3038bfda9f9bd41cce3e48a34b8',
    licence: 'CC-BY-4.0',
    credit:
      'Twemoji graphics, Copyright 2020 Twitter, Inc and other contributors, CC BY 4.0, ' +
      'https://creativecommons.org/licenses/by/4.0/, modified',
    note: "the graphics alone; the repository's code is not used",
  },
  blobmoji: {
    repository: 'C1710/blobmoji',
    commit: '437784e59a5dc524aca8b8ea520ea1d889d5643e',
    licence: 'Apache-2.0',
    credit: 'Blobmoji, Copyright Google Inc. and the Blobmoji contributors, Apache License 2.0',
  },
  fxemoji: {
    repository: 'mozilla/fxemoji',
    commit: '270af343bee346d8221f87806d2b1eee0438431a',
    licence: 'CC-BY-4.0',
    credit:
      'Firefox OS Emoji, Copyright 2015 Mozilla Foundation, CC BY 4.0, ' +
      'https://creativecommons.org/licenses/by/4.0/, modified',
    note: "the visual design alone; the repository's code is not used",
  },
} as const satisfies Readonly<Record<string, ArtSet>>

export type SetName = keyof typeof artSets

export const setNames = Object.keys(artSets) as readonly SetName[]

export const isSetName = (text: string): text is SetName => Object.hasOwn(artSets, text)

/** The names and keywords that come with the pictures. */
export const textCredit =
  'Names and keywords: Unicode CLDR annotations, English and French, Copyright (c) 2015-2024 Unicode, Inc., ' +
  'Unicode License v3, cleaned and partly rewritten; from unicode-org/cldr-json ' +
  '(b08a82b582f1120d630d623f9e5073316741574d). Groups and order: emoji-test.txt 15.0, Copyright (c) 2022 Unicode, Inc., ' +
  'as carried by github/gemoji (5476a66d2794e0d1551b1f96e449afc72e9f7bec).'
