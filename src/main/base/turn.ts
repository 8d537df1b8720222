/**
 * Runs `callback` when the present turn of the event loop has read what its sockets had: everything that arrived
 * together is then handled together (group commit, joined replies).
 */
export const endOfTurn = (callback: () => void): void => {
  setImmediate(callback)
}
