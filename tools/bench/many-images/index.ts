import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';

const images = new pulumi.Config().requireObject<string[]>('images');
for (const [index, image] of images.entries()) {
  const labels = { app: `server-${index}` };
  new k8s.apps.v1.Deployment(`server-${index}`, {
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'server', image }] } } },
  });
}
