import { commonOptions } from './parseVerb'
import { printf } from './printf'
import type { OptionSpecs, Verb } from './verb'

const optionLines = (options: OptionSpecs): string[] =>
  Object.entries(options).map(([name, { short, flag, about, required }]) => {
    const names = `${short === undefined ? '    ' : `-${short}, `}--${name}${flag ? '' : ' …'}`
    return printf('  %-38s %s', names, required ? `${about} (required)` : about)
  })

export const helpOf = (verb: Verb): string =>
  [
    `Usage: gantry ${verb.name} [options]`,
    '',
    `${verb.about}.`,
    '',
    ...optionLines(verb.options),
    ...optionLines(commonOptions)
  ].join('\n')

export const overallHelp = (verbs: readonly Verb[]): string =>
  [
    'Usage: gantry start [flags]      a cluster and its console, without a window',
    '       gantry VERB [options]     what mqadmin does, at once',
    '       gantry help VERB          its options',
    '',
    ...[...verbs]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, about }) => printf('  %-24s %s', name, about)),
    '',
    'Verbs, options and columns are mqadmin’s. -n names the nameserver (default NAMESRV_ADDR, else 127.0.0.1:9876);',
    '--json prints one JSON value a line. Exit codes: 0 done, 1 refused or not there, 2 a wrong line.'
  ].join('\n')
