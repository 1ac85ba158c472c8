#!/usr/bin/env node
import { rememberStart } from './project/startedIn';

// The pack as an executable file: `pulumi preview --policy-pack .../policy-pack/run.js`, since Pulumi 3.255. The engine starts it in the directory
// of the program, which is certain on every system; a pack that is given as a directory is started in that one.
rememberStart();
process.argv.push(__dirname);
process.chdir(__dirname);
void import('@pulumi/pulumi/cmd/run-policy-pack/index.js');
