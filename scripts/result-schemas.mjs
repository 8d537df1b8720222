/**
 * JSON schemas of what the console's methods answer, taken from the types in src/shared/contract.ts: at run time only
 * the parameters have schemas. The build writes them beside the main process, for `GET /api/v1/openapi.json`.
 */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import ts from 'typescript'

const compilerOptions = (root, contract) => {
  const { config } = ts.parseConfigFileTextToJson(
    'tsconfig.base.json',
    readFileSync(resolve(root, 'tsconfig.base.json'), 'utf8')
  )
  return ts.parseJsonConfigFileContent({ ...config, files: [contract] }, ts.sys, root).options
}

/** A named type of ours becomes a definition of its own, so that recursion ends. */
const schemas = (checker) => {
  const definitions = {}

  const nameOf = (type) => {
    const symbol = type.aliasSymbol ?? type.symbol
    const file = symbol?.declarations?.[0]?.getSourceFile().fileName ?? ''
    if (!file.includes('/src/shared/') || type.aliasTypeArguments?.length > 0) return undefined
    return symbol.name.startsWith('__') || symbol.name === 'Array' ? undefined : symbol.name
  }

  const unionOf = (parts) => {
    const kept = parts.filter(
      (part) => !(part.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Void))
    )
    const literals = kept.filter((part) => part.isStringLiteral() || part.isNumberLiteral())
    if (literals.length === kept.length) return { enum: literals.map((part) => part.value) }
    const isBoolean = kept.filter((part) => part.flags & ts.TypeFlags.BooleanLiteral).length === 2
    const others = isBoolean
      ? kept.filter((part) => !(part.flags & ts.TypeFlags.BooleanLiteral))
      : kept
    const all = [...(isBoolean ? [{ type: 'boolean' }] : []), ...others.map(schemaOf)]
    return all.length === 1 ? all[0] : { anyOf: all }
  }

  const objectOf = (type) => {
    const index = checker.getIndexTypeOfType(type, ts.IndexKind.String)
    const properties = {}
    const required = []
    for (const property of checker.getPropertiesOfType(type)) {
      properties[property.name] = schemaOf(checker.getTypeOfSymbol(property))
      if (!(property.flags & ts.SymbolFlags.Optional)) required.push(property.name)
    }
    return {
      type: 'object',
      ...(Object.keys(properties).length > 0 && { properties }),
      ...(required.length > 0 && { required }),
      ...(index && { additionalProperties: schemaOf(index) })
    }
  }

  const plain = (type) => {
    const { flags } = type
    if (flags & (ts.TypeFlags.Unknown | ts.TypeFlags.Any)) return {}
    if (flags & ts.TypeFlags.Null) return { type: 'null' }
    if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value }
    if (flags & ts.TypeFlags.BooleanLiteral) return { const: type.intrinsicName === 'true' }
    if (flags & ts.TypeFlags.StringLike) return { type: 'string' }
    if (flags & ts.TypeFlags.NumberLike) return { type: 'number' }
    if (flags & ts.TypeFlags.Boolean) return { type: 'boolean' }
    if (type.isUnion()) return unionOf(type.types)
    if (checker.isTupleType(type))
      return {
        type: 'array',
        prefixItems: checker.getTypeArguments(type).map(schemaOf)
      }
    if (checker.isArrayType(type))
      return { type: 'array', items: schemaOf(checker.getTypeArguments(type)[0]) }
    return objectOf(type)
  }

  function schemaOf(type) {
    const name = nameOf(type)
    if (name === undefined) return plain(type)
    if (!(name in definitions)) {
      definitions[name] = {} // Held while it is made: it may name itself.
      definitions[name] = plain(type)
    }
    return { $ref: `#/components/schemas/${name}` }
  }

  return { schemaOf, definitions }
}

/** @param root of the repository. @returns `{ results: { 'noun.verb': schema | null }, definitions }`; null where a method answers nothing. */
export const resultSchemas = (root) => {
  const contract = resolve(root, 'src/shared/contract.ts')
  const program = ts.createProgram([contract], compilerOptions(root, contract))
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(contract)
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(source))
  const methods = checker.getTypeOfSymbol(exported.find(({ name }) => name === 'methods'))
  const { schemaOf, definitions } = schemas(checker)
  const results = {}
  for (const method of checker.getPropertiesOfType(methods)) {
    const returns = checker.getTypeOfSymbol(method).getProperty('returns')
    const [signature] = checker
      .getNonNullableType(checker.getTypeOfSymbol(returns))
      .getCallSignatures()
    const result = signature.getReturnType()
    results[method.name] =
      result.flags & (ts.TypeFlags.Void | ts.TypeFlags.Undefined) ? null : schemaOf(result)
  }
  return { results, definitions }
}

/** For the main process's build. */
export const emitResultSchemas = (root, fileName) => ({
  name: 'gantry-result-schemas',
  generateBundle() {
    this.emitFile({ type: 'asset', fileName, source: JSON.stringify(resultSchemas(root)) })
  }
})
