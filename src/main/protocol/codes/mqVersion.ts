/** Java: MQVersion. An ordinal with a SNAPSHOT and a release entry per version. */

/** What this server announces: V5_3_3. Above 231, or SQL consumers refuse to pull; below 32768, or Go cannot read it. */
export const CURRENT_VERSION = 479

/** Since 4.9.4 clients read standard JSON routes (integer keys quoted). */
export const V4_9_4 = 401

/** Since 5.0.0 a compressed registration carries topic-queue mappings. */
export const V5_0_0 = 413

/** Since 3.4.9 clients say how often a message may come again. */
export const V3_4_9 = 121

/** Since then clients can be told to reset their offsets, and asked for them. */
export const V3_0_7_SNAPSHOT = 28

const V3_0_0_SNAPSHOT = 0

/** Names of the versions seen on the wire; others are shown as `version N`. */
const known = new Map<number, string>([
  [V3_0_0_SNAPSHOT, 'V3_0_0_SNAPSHOT'],
  [V3_4_9, 'V3_4_9'],
  [213, 'V4_0_0'],
  [253, 'V4_2_0'],
  [293, 'V4_4_0'],
  [317, 'V4_5_2'],
  [333, 'V4_6_0'],
  [355, 'V4_7_1'],
  [373, 'V4_8_0'],
  [393, 'V4_9_0'],
  [399, 'V4_9_3'],
  [401, 'V4_9_4'],
  [403, 'V4_9_5'],
  [405, 'V4_9_6'],
  [407, 'V4_9_7'],
  [409, 'V4_9_8'],
  [413, 'V5_0_0'],
  [441, 'V5_1_4'],
  [453, 'V5_2_0'],
  [473, 'V5_3_0'],
  [475, 'V5_3_1'],
  [477, 'V5_3_2'],
  [479, 'V5_3_3'],
  [481, 'V5_3_4']
])

export const versionDesc = (version: number): string => known.get(version) ?? `version ${version}`
