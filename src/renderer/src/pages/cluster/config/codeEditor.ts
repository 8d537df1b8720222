/** CodeMirror for properties files, dressed in our palette; loaded with the first file that is shown. */
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { linter, lintGutter, type Diagnostic } from '@codemirror/lint'
import { MergeView } from '@codemirror/merge'
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search'
import { EditorState, type Extension } from '@codemirror/state'
import {
  Decoration,
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
  MatchDecorator,
  ViewPlugin,
  type DecorationSet,
  type ViewUpdate
} from '@codemirror/view'
import { editorTheme } from '../../../components/editorTheme'

/** A mark at a line. */
export interface LineMark {
  /** From 1. */
  line: number
  endLine: number
  severity: 'error' | 'warning' | 'info' | 'hint'
  message: string
}

/** After the last key; the engine judges the text. */
const LINT_DELAY_MS = 300

/** Comments and keys; the rest of a line is its value. */
const words = new MatchDecorator({
  regexp: /^\s*[#!].*|^\s*(?:\\.|[^\\=:\s])+(?=\s*[=:\s])/g,
  decoration: ([match]) =>
    Decoration.mark({ class: /^\s*[#!]/.test(match) ? 'cm-comment' : 'cm-key' })
})
const colours = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet
    constructor(view: EditorView) {
      this.decorations = words.createDeco(view)
    }
    update(update: ViewUpdate): void {
      this.decorations = words.updateDeco(update, this.decorations)
    }
  },
  { decorations: ({ decorations }) => decorations }
)

/** The editor's own words in the language of the window, by its English ones. */
export type EditorPhrases = Readonly<Record<string, string>>

const base = (phrases: EditorPhrases): Extension => [
  EditorState.phrases.of(phrases),
  lineNumbers(),
  drawSelection(),
  highlightSelectionMatches(),
  search({ top: true }),
  colours,
  editorTheme
]

interface EditorOptions {
  parent: HTMLElement
  text: string
  label: string
  phrases: EditorPhrases
  onChange: (text: string) => void
  onSave: () => void
  /** Judges the text; rejections leave the marks as they are. */
  check: (text: string) => Promise<readonly LineMark[]>
}

export interface CodeEditor {
  /** Shows another text; one that is shown already changes nothing. */
  show(text: string): void
  goTo(line: number): void
  destroy(): void
}

const toDiagnostic = (view: EditorView, mark: LineMark): Diagnostic => {
  const { doc } = view.state
  const line = doc.line(Math.min(mark.line, doc.lines))
  const last = doc.line(Math.min(mark.endLine, doc.lines))
  return { from: line.from, to: last.to, severity: mark.severity, message: mark.message }
}

export const createCodeEditor = (options: EditorOptions): CodeEditor => {
  const { parent, text, label, phrases, onChange, onSave, check } = options
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        base(phrases),
        history(),
        highlightActiveLine(),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ 'aria-label': label }),
        keymap.of([
          {
            key: 'Mod-s',
            preventDefault: true,
            run: () => {
              onSave()
              return true
            }
          },
          ...searchKeymap,
          ...historyKeymap,
          ...defaultKeymap
        ]),
        lintGutter(),
        linter(
          async (lint) => {
            const marks = await check(lint.state.doc.toString())
            return marks.map((mark) => toDiagnostic(lint, mark))
          },
          { delay: LINT_DELAY_MS }
        ),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onChange(update.state.doc.toString())
        })
      ]
    })
  })
  return {
    show: (shown) => {
      const { doc } = view.state
      if (doc.toString() === shown) return
      view.dispatch({ changes: { from: 0, to: doc.length, insert: shown } })
    },
    goTo: (number) => {
      const line = view.state.doc.line(Math.min(number, view.state.doc.lines))
      view.dispatch({ selection: { anchor: line.from }, scrollIntoView: true })
      view.focus()
    },
    destroy: () => view.destroy()
  }
}

interface Sides {
  parent: HTMLElement
  left: string
  right: string
  labels: readonly [left: string, right: string]
  phrases: EditorPhrases
}

/** Unchanged lines in a row that are folded away, and those left around a change. */
const FOLDED = { minSize: 4, margin: 2 }

/** Two texts side by side, to be read. */
export const createCompareView = ({ parent, left, right, labels, phrases }: Sides): MergeView => {
  const side = (doc: string, label: string) => ({
    doc,
    extensions: [
      base(phrases),
      keymap.of(searchKeymap),
      EditorView.lineWrapping,
      EditorState.readOnly.of(true),
      EditorView.contentAttributes.of({ 'aria-label': label })
    ]
  })
  return new MergeView({
    parent,
    a: side(left, labels[0]),
    b: side(right, labels[1]),
    collapseUnchanged: FOLDED
  })
}
