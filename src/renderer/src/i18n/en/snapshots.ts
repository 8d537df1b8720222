/** The Snapshots tab of the Cluster page. */
export const snapshots = {
  tab: 'Snapshots',
  text: 'A snapshot is the whole cluster as it is at one moment: messages, topics, groups, offsets, what is delayed, broker properties and the clock. Nothing is stopped for it.',
  free: '{size} free on the disk',
  none: 'There is no snapshot yet.',
  noneHint:
    'Save the cluster before you try something out; restore it when you want to begin again.',
  create: 'Save a snapshot',
  createTitle: 'Save the cluster as it is now',
  name: 'Name',
  namePlaceholder: 'Before the load test',
  nameProblem: 'One to {max} characters, in one line.',
  note: 'Note',
  save: 'Save',
  saved: '“{name}” was saved.',
  of: 'of {cluster}',
  nodes: '{nameservers}, {brokers}',
  nameservers: '{n} nameserver | {n} nameservers',
  brokers: '{n} broker | {n} brokers',
  size: '{bytes}, of which {own} are its own',
  sizeHint:
    'Old segments of the log are shared with the cluster and take no room twice. When retention deletes them there, their room comes back only when the snapshot is deleted too.',
  ahead: 'Its clock was {length} ahead.',
  damaged: 'Damaged',
  damagedText: 'Its description cannot be read. It can only be deleted.',
  newer: 'Of a newer version',
  newerText: 'A newer Gantry made it. Use that one to restore it.',
  gone: 'Its cluster was deleted; a branch makes a new one of it.',
  number: 'Snapshot {n}',
  restore: 'Restore',
  restoreName: 'Restore {name}',
  restoreTitle: 'Restore “{name}”',
  restoreText:
    'The nodes of {cluster} stop, go back to {time} and start again. What came since is discarded: messages, topics, groups, offsets and settings.',
  restoreAway:
    '{cluster} goes back to {time}; it does not run now and is not started. What came since is discarded.',
  keep: 'Save the present state first, so that this can be undone',
  keepName: 'Before “{name}”',
  restoreConfirm: 'Restore',
  restored: '“{name}” was restored.',
  branch: 'Branch',
  branchName: 'Branch {name}',
  branchTitle: 'Make a cluster of “{name}”',
  branchText:
    'A new saved cluster begins as the snapshot and goes its own way. It is not started; one cluster runs at a time.',
  branchCluster: 'Name of the new cluster',
  branchConfirm: 'Make the cluster',
  branched: '“{name}” is among the saved clusters.',
  rename: 'Name and note',
  renameName: 'Change name and note of {name}',
  renameTitle: 'Name and note',
  delete: 'Delete',
  deleteName: 'Delete {name}',
  deleteTitle: 'Delete “{name}”?',
  deleteText:
    'It cannot be restored afterwards. At least {size} of the disk become free. The cluster itself is not touched.',
  deleteConfirm: 'Delete the snapshot',
  deleted: 'The snapshot was deleted.',
  cancel: 'Cancel',
  cancelling: 'Cancelling …',
  jobs: {
    create: 'Saving “{name}”',
    restore: 'Restoring “{name}”',
    branch: 'Making a cluster of “{name}”'
  },
  phases: {
    copying: '{done} of {total}',
    stopping: 'Stopping the nodes',
    starting: 'Starting the nodes'
  }
}
