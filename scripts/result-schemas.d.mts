import type { Plugin } from 'vite'

export const resultSchemas: (root: string) => {
  results: Record<string, object | null>
  definitions: Record<string, object>
}

export const emitResultSchemas: (root: string, fileName: string) => Plugin
