import { readFileSync } from 'node:fs';
import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';

interface Written {
  readonly serviceAccount: k8s.core.v1.ServiceAccountArgs;
  readonly networkPolicy: k8s.networking.v1.NetworkPolicyArgs;
  readonly service: k8s.core.v1.ServiceArgs;
  readonly deployment: k8s.apps.v1.DeploymentArgs;
}

const servers = JSON.parse(readFileSync(new pulumi.Config().require('servers'), 'utf8')) as Readonly<Record<string, Written>>;
for (const [name, { serviceAccount, networkPolicy, service, deployment }] of Object.entries(servers)) {
  const dependsOn = [new k8s.core.v1.ServiceAccount(name, serviceAccount), new k8s.networking.v1.NetworkPolicy(name, networkPolicy)];
  new k8s.core.v1.Service(name, service);
  new k8s.apps.v1.Deployment(name, deployment, { dependsOn });
}
