/** The three IPC channels of the window; apart from the contract, so that the preload script stays small. */
export const CALL_CHANNEL = 'gantry:call'
export const SUBSCRIBE_CHANNEL = 'gantry:subscribe'
export const EVENT_CHANNEL = 'gantry:event'
