/** CodeMirror for a message body; loaded with the composer. */
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search'
import { EditorState } from '@codemirror/state'
import { Decoration, drawSelection, EditorView, keymap, lineNumbers, MatchDecorator, placeholder, ViewPlugin, type DecorationSet, type ViewUpdate } from '@codemirror/view' // prettier-ignore
import { editorTheme } from '../../components/editorTheme'

interface Options {
  parent: HTMLElement
  text: string
  label: string
  hint: string
  phrases: Readonly<Record<string, string>>
  onChange: (text: string) => void
}

export interface BodyEditor {
  /** Shows another text; one that is shown already changes nothing. */
  show(text: string): void
  destroy(): void
}

/** JSON keys and variables; what else there is is text. */
const words = new MatchDecorator({
  regexp: /\{\{[^{}]*\}\}|"(?:[^"\\]|\\.)*"(?=\s*:)/g,
  decoration: ([match]) => Decoration.mark({ class: match.startsWith('{{') ? 'cm-comment' : 'cm-key' }) // prettier-ignore
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

export const createBodyEditor = (options: Options): BodyEditor => {
  const { parent, text, label, hint, phrases, onChange } = options
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        EditorState.phrases.of(phrases),
        lineNumbers(),
        drawSelection(),
        history(),
        highlightSelectionMatches(),
        search({ top: true }),
        placeholder(hint),
        colours,
        editorTheme,
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ 'aria-label': label }),
        // Ctrl + Enter sends; the editor would break the line.
        keymap.of([
          { key: 'Mod-Enter', run: () => true },
          ...searchKeymap,
          ...historyKeymap,
          ...defaultKeymap
        ]),
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
    destroy: () => view.destroy()
  }
}
