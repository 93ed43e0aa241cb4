/** Models as checkpoints, and which of them a client has chosen for what it draws next. */
import { NeufError } from '../../errors/errors.ts'
import type { OfferedModel } from '../models.ts'

/** Clients whose choice is remembered; the one that chose longest ago is forgotten first. */
const mostClients = 1000

export const hashOf = ({ sha256 }: OfferedModel): string => sha256.slice(0, 10)
export const titleOf = (model: OfferedModel): string => `${model.name} [${hashOf(model)}]`

/** By its title, its name or a hash, as these clients name it. @throws NeufError `option-value` */
export function findCheckpoint(models: readonly OfferedModel[], name: string): OfferedModel {
  const found = models.find((model) => [titleOf(model), model.name, hashOf(model), model.sha256].includes(name))
  if (found !== undefined) return found
  const expected = `one of ${models.map(titleOf).join(', ')}`
  throw new NeufError('option-value', {
    option: 'sd_model_checkpoint',
    value: name.slice(0, 100).toWellFormed(),
    expected,
  })
}

export type Choices = {
  of(client: string, models: readonly OfferedModel[]): OfferedModel
  choose(client: string, model: OfferedModel): void
}

/** The choice is each client's own, and holds until the server ends: there it is everybody's. */
export function createChoices(): Choices {
  const chosen = new Map<string, OfferedModel>()
  return {
    of: (client, models) => chosen.get(client) ?? models[0]!,
    choose(client, model) {
      chosen.delete(client)
      chosen.set(client, model)
      if (chosen.size > mostClients) chosen.delete(chosen.keys().next().value!)
    },
  }
}
