import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';

interface Listed {
  readonly name: string;
  readonly args: k8s.core.v1.PodArgs;
}

for (const { name, args } of new pulumi.Config().requireObject<readonly Listed[]>('pods')) new k8s.core.v1.Pod(name, args);
