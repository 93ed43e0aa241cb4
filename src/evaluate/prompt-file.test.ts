import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { suiteOfFile } from './file-suite.ts'
import { conceptsOfGenevalClass, genevalClasses, holdsGenevalClass } from './geneval-classes.ts'
import { readPromptFile } from './prompt-file.ts'

const line = (over: object = {}) =>
  JSON.stringify({ tag: 'single_object', include: [{ class: 'dog', count: 1 }], prompt: 'a photo of a dog', ...over })
const position = {
  include: [
    { class: 'kite', count: 1 },
    { class: 'dog', count: 1, position: ['above', 0] },
  ],
}

describe('a file of prompts', () => {
  it('of GenEval gives what each picture must show', () => {
    const text = `${line()}\n\n${line({ ...position, tag: 'position', prompt: 'a photo of a dog above a kite' })}\n`
    const { format, prompts } = readPromptFile(text, 'p')
    expect(format).toBe('geneval')
    expect(prompts.map(({ group }) => group)).toEqual(['single_object', 'position'])
    expect(prompts[1]!.requirement).toEqual({
      tag: 'position',
      prompt: 'a photo of a dog above a kite',
      include: position.include,
    })
  })

  it('of the PartiPrompts kind gives prompts by category', () => {
    const text = 'Prompt\tCategory\tChallenge\tNote\na bowl\tArtifacts\tBasic\t\n"quoted"\tAnimals\tBasic\n'
    expect(readPromptFile(text, 'p')).toEqual({
      format: 'partiprompts',
      prompts: [
        { text: 'a bowl', group: 'Artifacts', requirement: null },
        { text: '"quoted"', group: 'Animals', requirement: null },
      ],
    })
  })

  it('of lines gives prompts', () => {
    const { format, prompts } = readPromptFile('\uFEFFa red cat\r\n  un chat rouge \r\n\r\n', 'p')
    expect(format).toBe('text')
    expect(prompts.map(({ text }) => text)).toEqual(['a red cat', 'un chat rouge'])
  })

  it.each<[string, string, RegExp]>([
    ['nothing', ' \n', /no prompt/],
    ['only a head', 'Prompt\tCategory\n', /no prompt/],
    ['an empty prompt', 'Prompt\tCategory\n\tAnimals\n', /line 2/],
    ['what is cut short', `${line()}\n{"tag":`, /line 2: it is not JSON/],
    ['no tag', line({ tag: undefined }), /line 1: it has no tag/],
    ['no class', line({ include: [{ count: 1 }] }), /lacks class/],
    ['no whole number', line({ include: [{ class: 'dog', count: 0.5 }] }), /lacks class or count/],
    ['a list that is none', line({ exclude: 'dog' }), /exclude is not a list/],
    [
      'another relation',
      line({
        include: [
          { class: 'a', count: 1 },
          { class: 'b', count: 1, position: ['inside', 0] },
        ],
      }),
      /position/,
    ],
    ['a position that points ahead', line({ include: [{ class: 'b', count: 1, position: ['above', 0] }] }), /position/],
  ])('is refused with %s', (_, text, said) => {
    expect(() => readPromptFile(text, 'a/file')).toThrow(
      expect.objectContaining({ code: 'file-unreadable', message: expect.stringMatching(said) }),
    )
  })
})

describe("GenEval's classes", () => {
  it('are 80, each with concepts of ours', () => {
    expect(genevalClasses).toHaveLength(80)
    expect(conceptsOfGenevalClass('cat')).toContain('cat')
    expect(conceptsOfGenevalClass('car')).toEqual(expect.arrayContaining(['automobile', 'taxi']))
    expect(conceptsOfGenevalClass('bird').length).toBeGreaterThan(5)
    expect(conceptsOfGenevalClass('gryphon')).toEqual([])
  })

  it('are held by a vocabulary that has the plainest concept, or one of a kind', () => {
    expect(holdsGenevalClass('car', new Set(['automobile']))).toBe(true)
    expect(holdsGenevalClass('car', new Set(['taxi']))).toBe(false)
    expect(holdsGenevalClass('bird', new Set(['penguin']))).toBe(true)
    expect(holdsGenevalClass('gryphon', new Set(['cat']))).toBe(false)
  })

  it('restrict a file to what a model knows, told by group', () => {
    const text = [
      line(),
      line({ include: [{ class: 'toaster', count: 1 }] }),
      line({ ...position, tag: 'position' }),
    ].join('\n')
    const { prompts, inFile } = suiteOfFile(readPromptFile(text, 'p'), ['dog'])
    expect(prompts).toHaveLength(1)
    expect(inFile).toEqual({ single_object: 2, position: 1 })
    expect(suiteOfFile(readPromptFile(text, 'p'), null).prompts).toHaveLength(3)
    expect(suiteOfFile(readPromptFile('anything at all', 'p'), ['dog']).prompts).toHaveLength(1)
  })
})

const geneval = new URL('../../../shared/eval/geneval/evaluation_metadata.jsonl', import.meta.url)

it.runIf(existsSync(geneval))("reads GenEval's own file whole", () => {
  const { prompts } = readPromptFile(readFileSync(geneval, 'utf8'), 'geneval')
  expect(prompts).toHaveLength(553)
  const counts = Map.groupBy(prompts, ({ group }) => group)
  expect([...counts].map(([group, of]) => [group, of.length])).toEqual([
    ['single_object', 80],
    ['two_object', 99],
    ['counting', 80],
    ['colors', 94],
    ['position', 100],
    ['color_attr', 100],
  ])
  for (const { requirement } of prompts) {
    for (const clause of requirement!.include) expect(genevalClasses).toContain(clause.class)
  }
})
