export const storage = {
  label: 'Storage',
  title: 'Storage of {id}',
  open: 'Show storage of {id}',
  more: 'Storage',
  ofQuota: '{used} of {quota}',
  hint: 'Free on the disk: {free}. With less than {floor}, sends are refused.',
  hintFree: 'Free on the disk: {free}.',
  unknown: 'unknown',
  waiting: 'Waiting for the first figures …',
  notRunning: 'The broker does not run. Start it to see what its store takes.',
  space: 'Space',
  used: 'Used',
  usedShare: '{used} ({share} of the quota)',
  percent: '{n}%',
  quota: 'Quota',
  free: 'Free on the disk',
  floor: 'Floor of free space',
  noFloor: 'switched off',
  changeQuota: 'Change quota',
  change: 'Change {property}',
  retention: 'Retention',
  changeRetention: 'Change retention',
  hours: '{n} hour | {n} hours',
  rule: 'Messages are kept {hours}, deleted at {times}, and take at most {quota}.',
  levels: {
    expiring: 'Above {percent} of the quota, expired messages go at any hour.',
    forced: 'Above {percent}, the oldest messages go before their time.',
    neverForced: 'No message goes before its time (cleanFileForciblyEnable is off).',
    refused: 'At {percent}, sends are refused.'
  },
  oldest: 'Oldest message',
  oldestAt: '{time} ({age} ago)',
  noMessages: 'None yet',
  readsGoOn: 'What is stored can be read all the while.',
  refusals: {
    quota: {
      title: 'Sends are refused: the quota is used up',
      text: 'The store takes all that gantryStoreQuota allows. Raise the quota, keep messages for a shorter time, or delete expired ones; sending resumes by itself.'
    },
    minFree: {
      title: 'Sends are refused: too little free disk space',
      text: 'The disk has less free space than gantryMinFreeDiskSpace asks for. Free some disk space; sending resumes by itself.'
    },
    diskRatio: {
      title: 'Sends are refused: the disk is too full',
      text: 'More of the disk is used than diskSpaceWarningLevelRatio allows. Free some disk space, or turn gantryDiskRatioEnable off; sending resumes by itself.'
    },
    diskFull: {
      title: 'Sends are refused: the disk is full',
      text: 'A write found no room on the disk. Free some disk space; sending resumes by itself.'
    },
    diskError: {
      title: 'Sends are refused: the disk failed',
      text: 'The disk failed to write, so nothing more is acknowledged. Check the disk, then restart the broker.'
    }
  },
  cleaned: {
    quota: 'Its quota is nearly used up. Raise gantryStoreQuota to keep more.',
    diskRatio:
      'Its disk is nearly full, and gantryDiskRatioEnable is on. Free some disk space to keep more.'
  },
  delete: {
    button: 'Delete expired now',
    title: 'Delete expired messages of {id} now?',
    text: 'Messages older than {hours} are deleted at once, whatever the hour. They go file by file, when the newest message of a file has expired; the file being written stays. This cannot be undone.',
    confirm: 'Delete expired',
    done: 'Deleted {size} of expired messages.',
    nothing: 'Nothing to delete: no whole file has expired.',
    goingOn: 'Deleted {size} so far; the broker goes on.'
  }
}
