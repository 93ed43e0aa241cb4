/** All entries of the lexicon, in a fixed order. */
import { activities } from './activities.ts'
import { animals } from './animals.ts'
import { clothing } from './clothing.ts'
import { devices } from './devices.ts'
import type { Entry } from './entry.ts'
import { faces } from './faces.ts'
import { food } from './food.ts'
import { household } from './household.ts'
import { office } from './office.ts'
import { people } from './people.ts'
import { places } from './places.ts'
import { plants } from './plants.ts'
import { roles } from './roles.ts'
import { travel } from './travel.ts'

export type { Entry, Kind, Trait, Words } from './entry.ts'
export { kinds, traits } from './entry.ts'

export const lexicon: readonly Entry[] = [
  ...animals,
  ...plants,
  ...food,
  ...travel,
  ...places,
  ...activities,
  ...clothing,
  ...devices,
  ...office,
  ...household,
  ...faces,
  ...people,
  ...roles,
]
