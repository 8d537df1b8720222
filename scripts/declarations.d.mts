import type { Plugin } from 'vite'

export const declarationsOf: (path: string) => string

export const emitDeclarations: (path: string, fileName: string) => Plugin
