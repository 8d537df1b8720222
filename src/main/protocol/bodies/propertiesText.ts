/** Java properties text, as config requests (25, 26, 318, 319) carry it. Java: MixAll.string2Properties, properties2String. */
import { escapeValue, propertiesOf } from '../../base/properties/propertiesDocument'

/** `key=value`, `key:value` or `key value`, one a line; comments and empty lines are skipped, the last of a key wins. */
export const parsePropertiesText = propertiesOf

/** One `key=value` a line. Reading it back gives the same values, in Java too. */
export const formatPropertiesText = (
  properties: Iterable<readonly [string, string | number | boolean]>
): string => {
  let text = ''
  for (const [key, value] of properties) text += `${key}=${escapeValue(String(value))}\n`
  return text
}
