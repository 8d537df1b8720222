/** The cluster's own clock: the card that moves it, and the banner while it is not real time. */
export const clock = {
  title: 'Clock',
  shows: 'Cluster time',
  real: 'Real time',
  paused: 'Paused',
  stepping: 'Stepping …',
  speed: '{n}×',
  same: 'The same as this machine',
  ahead: '{length} ahead of this machine',
  behind: '{length} behind this machine',
  pause: 'Pause',
  resume: 'Resume',
  rate: 'Speed',
  step: 'Set ahead',
  plus: '+{length}',
  stepBy: 'Set ahead by {length}',
  toReal: 'Back to real time',
  toNormal: 'Back to normal speed',
  text: 'Message times, delayed messages, retries, transaction checks and how long messages are kept follow this clock. Connections, heartbeats and clients keep real time.',
  warning:
    'It never goes back: once ahead, it stays ahead, also after a restart; only a new data folder begins in real time. Messages that are too old by its time expire, as always.',
  banner: 'Message times in this window are cluster time.',
  change: 'Change the clock'
}
