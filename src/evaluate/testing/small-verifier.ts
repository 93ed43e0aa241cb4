/** Verifiers of random weights: everything works as with trained ones, and their findings mean nothing. */
import { smallConcepts, smallStyles } from '../../corpus/testing/small-art.ts'
import { randomWeights } from '../../families/testing/random-model.ts'
import { createParameters, input } from '../../graph/index.ts'
import { type DetectorSettings, findThings, nameThings } from '../../networks/detector.ts'
import { type VerifierSettings, verifier } from '../../networks/verifier.ts'
import { classCounts, detectorClasses } from '../detector-classes.ts'
import { namingClasses } from '../naming-classes.ts'
import type { VerifierDescription } from '../verifier-folder.ts'
import { defaultBars } from '../verifier-network.ts'

const described = { name: 'small', styles: smallStyles, accuracy: null, training: { steps: 0 } } as const

/** It finds things, of the concepts of the small art pack. */
export function smallVerifier(side = 16, seed = 1) {
  const classes = detectorClasses(smallConcepts)
  const stage = (width: number) => ({ width, blocks: 1 })
  const settings: DetectorSettings = {
    side,
    finder: { cell: 2, stem: 8, stages: [stage(12), stage(16)], whole: 8 },
    namer: { side: 8, cell: 2, stem: 8, stages: [stage(12)], hidden: 16 },
    ...classCounts(classes),
  }
  const p = createParameters()
  const pixels = input('pixels', [1, side, side, 3], 'uint8')
  findThings(p, settings, pixels)
  nameThings(p, settings, pixels, input('boxes', [1, 1, 4]))
  const network = { kind: 'detecting', settings, classes, bars: defaultBars } as const
  const description: VerifierDescription = { ...described, network }
  return { ...description, network, weights: randomWeights(p, seed) }
}

/** The older kind, which names one thing. */
export function smallNamingVerifier(side = 16, seed = 1) {
  const classes = namingClasses(smallConcepts)
  const settings: VerifierSettings = {
    side,
    cell: 2,
    stem: 8,
    stages: [{ width: 16, blocks: 1 }],
    hidden: 16,
    objects: classes.objects.length,
    colours: classes.colours.length,
    materials: classes.materials.length,
  }
  const p = createParameters()
  verifier(p, settings, input('pixels', [1, side, side, 3], 'uint8'))
  const network = { kind: 'naming', settings, classes } as const
  const description: VerifierDescription = { ...described, network }
  return { ...description, network, weights: randomWeights(p, seed) }
}
