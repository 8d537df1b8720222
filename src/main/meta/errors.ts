/** The file was written by a newer Gantry; nothing was touched. */
export class MetaVersionError extends Error {
  constructor(
    readonly file: string,
    readonly version: number,
    readonly supported: number
  ) {
    super(
      `${file} was written by a newer Gantry (format ${version}, this one reads up to ${supported}): ` +
        'start the newer Gantry, or move the file away'
    )
    this.name = 'MetaVersionError'
  }
}

/** The value cannot be stored without losing something; nothing was written. */
export class MetaValueError extends Error {
  constructor(key: string, reason: string, options?: ErrorOptions) {
    super(`cannot store ${JSON.stringify(key)}: ${reason}`, options)
    this.name = 'MetaValueError'
  }
}

/** The collection has reached its limit of documents; nothing was written. */
export class MetaFullError extends Error {
  constructor(
    readonly file: string,
    readonly limit: number
  ) {
    super(`${file} is full: it holds ${limit} documents, remove some before adding more`)
    this.name = 'MetaFullError'
  }
}
