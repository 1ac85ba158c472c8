/**
 * The one place that decides how text of others (registries, certificates, predicates, resources, files, error messages) is shown: in violations,
 * reports, arguments, problems of files. A leaf: it imports nothing, and every layer may import it.
 *
 * - `shown(text)`: within a sentence. No secrets, control or bidirectional characters, HTML, Markdown, or commands of CI systems; one line; cut.
 * - `quoted(text)`: the same between quotation marks. Use it wherever a reader could take the text for ours.
 * - `shownReference(text)`, `quotedReference(text)`, `redactedReference(text)`: of what should be an image reference and may be anything.
 * - `redacted(text)`: secrets only, for data that is not shown yet.
 * - `hasUnprintable(text)`: for checks that refuse a text.
 * - `isCommandWord(text)`, `shellQuote(text)`: for lines that people copy into a shell. Text of others does not belong there at all.
 *
 * Findings need none of this: `describeFinding` treats every text of a finding. Sentences that are composed elsewhere do.
 */
export { isCommandWord, isHarmless, shellQuote } from './command';
export { PRIVATE_KEY_LABEL, redacted, redactedReference } from './secrets';
export { boundedLine, cut, quoted, quotedReference, shown, shownReference } from './shown';
export { escaped, escapedCharacter, hasUnprintable } from './unprintable';
