/** A verifier of random weights: everything works as with a trained one, and its findings mean nothing. */

import { smallConcepts, smallStyles } from '../../corpus/testing/small-art.ts'
import { randomWeights } from '../../families/testing/random-model.ts'
import { createParameters, input } from '../../graph/index.ts'
import { type VerifierSettings, verifier } from '../../networks/verifier.ts'
import { verifierClasses } from '../verifier-classes.ts'
import type { VerifierDescription } from '../verifier-folder.ts'

/** For the concepts and styles of the small art pack. */
export function smallVerifier(side = 16, seed = 1) {
  const classes = verifierClasses(smallConcepts)
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
  const description: VerifierDescription = {
    name: 'small',
    settings,
    classes,
    styles: smallStyles,
    accuracy: null,
    training: { steps: 0 },
  }
  return { ...description, weights: randomWeights(p, seed) }
}
