/** The form of the address setting: two questions, each with a free answer. */
import type { AddressSetting } from '../../../../../shared/addressViews'
import { AddressDraft } from '../../../../../shared/addressViews'

export interface AddressForm {
  hostChoice: 'loopback' | 'all' | 'one'
  host: string | null
  advertiseChoice: 'auto' | 'fixed'
  advertise: string | null
}

const LOOPBACK = '127.0.0.1'
const ALL = '0.0.0.0'

export const hostChoiceOf = ({ host, advertise }: AddressSetting): AddressForm => {
  const hostChoice = host === LOOPBACK ? 'loopback' : host === ALL ? 'all' : 'one'
  const isAuto = advertise === 'auto'
  return {
    hostChoice,
    host: hostChoice === 'one' ? host : null,
    advertiseChoice: isAuto ? 'auto' : 'fixed',
    advertise: isAuto ? null : advertise
  }
}

/** Undefined while an answer is missing or is no address. */
export const draftOf = (form: AddressForm): AddressDraft | undefined => {
  const fixed = { loopback: LOOPBACK, all: ALL, one: form.host }
  const draft = {
    host: fixed[form.hostChoice],
    advertise: form.advertiseChoice === 'auto' ? 'auto' : form.advertise
  }
  return AddressDraft.safeParse(draft).data
}
