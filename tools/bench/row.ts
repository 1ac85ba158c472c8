/** One line of the table: a figure beside its bar. */
export interface Row {
  readonly what: string;
  readonly figure: string;
  readonly bar: string;
  readonly holds: boolean;
}
