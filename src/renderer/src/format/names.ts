/** What is wrong with the name of a topic or group, as the key of a text. */
import { NAME_PATTERN } from '../../../shared/names'

export type NameProblem = 'common.nameEmpty' | 'common.nameTooLong' | 'common.nameIllegal'

export const nameProblem = (name: string, max: number): NameProblem | undefined => {
  if (name.length === 0) return 'common.nameEmpty'
  if (name.length > max) return 'common.nameTooLong'
  return NAME_PATTERN.test(name) ? undefined : 'common.nameIllegal'
}
