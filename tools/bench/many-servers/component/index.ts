import { readFileSync } from 'node:fs';
import * as pulumi from '@pulumi/pulumi';
import { ModelServing } from 'pulumi-model-supply-chain';
import type { ModelServingArgs } from 'pulumi-model-supply-chain';

const servers = JSON.parse(readFileSync(new pulumi.Config().require('servers'), 'utf8')) as Readonly<Record<string, ModelServingArgs>>;
for (const [name, args] of Object.entries(servers)) new ModelServing(name, args);
