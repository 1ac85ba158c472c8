import type * as pulumi from '@pulumi/pulumi';

type Text = pulumi.Input<string>;

/** Something that a server loads beside the model. */
export interface ServedFiles {
  readonly name: string;
  /** Directory or file, as the container sees it. */
  readonly path: Text;
}

/** What a server is to be started with. */
export interface Launch {
  /** Directory of the model, or the file for servers that load one, as the container sees it. */
  readonly modelPath: Text;
  /** Name under which clients ask for the model. */
  readonly modelName: string;
  readonly port: pulumi.Input<number>;
  readonly tensorParallelSize: number;
  /** How long the server has to finish its requests after SIGTERM, in seconds. */
  readonly drainSeconds: number;
  readonly adapters: readonly ServedFiles[];
  readonly tokenizerPath: Text | undefined;
  readonly draftModelPath: Text | undefined;
}

/** Options of the command line that one argument of ModelServing stands for: said twice, they would fight. */
export interface OwnedOption {
  /** Every spelling, with its hyphens. */
  readonly names: readonly string[];
  /** What to use instead, as an instruction. */
  readonly instead: string;
}

/** Everything about one server that ModelServing needs to know. */
export interface ServerPreset {
  /** What people call it. */
  readonly title: string;
  /** Ids that its image is made for; never 0 as the user. */
  readonly user: number;
  readonly group: number;
  readonly port: number;
  /** Further ports that it listens on; the Service does not offer them, and the network policy keeps them closed. */
  readonly furtherPorts: readonly { readonly name: string; readonly port: number }[];
  readonly readinessPath: string;
  readonly livenessPath: string;
  /** Directories that it writes to and that no variable can move, beside /tmp and the cache. */
  readonly writableDirectories: readonly { readonly name: string; readonly path: string }[];
  /** Whether it passes data between processes in /dev/shm without a GPU too. */
  readonly sharesMemory: boolean;
  /** What it can load beside a model; the rest is refused, because it would not be loaded. */
  readonly loads: { readonly adapters: boolean; readonly tokenizer: boolean; readonly draftModel: boolean };
  /** Whether a model is one file, not a directory. */
  readonly modelIsFile: boolean;
  /** The entry point; `undefined` leaves it to the image. */
  readonly command: readonly string[] | undefined;
  /** Options that `arguments` writes or that would undo it. */
  readonly ownedOptions: readonly OwnedOption[];
  arguments(launch: Launch): readonly Text[];
  /** Variables beyond those that every server gets. */
  environment(launch: Launch): Readonly<Record<string, Text>>;
}
