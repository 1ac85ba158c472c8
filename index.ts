/** The platform stack: what a platform team sets up once for the app teams that serve models. Exports are stack outputs only. */
import * as pulumi from '@pulumi/pulumi';

import { ModelNamespace } from './components';

const config = new pulumi.Config();

/** Names of the namespaces in which models may be served. */
export const namespaces = (config.getObject<string[]>('namespaces') ?? ['ml-serving']).map((name) => new ModelNamespace(name).name);
