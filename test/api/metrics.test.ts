import { expect, test } from '@jest/globals';
import { createMetrics } from '../../src/api/metrics.js';

const COUNTS = {
  messages: { received: 1, applied: 2, waiting: 3, rejected: 0 },
  outbox: { pending: 4, dead: 1 },
  openDeadlines: 7,
};

test('what the service tells is shown, with what the store counts now', async () => {
  const metrics = createMetrics({ processMetrics: false });
  metrics.messagesAnswered('received', 3);
  metrics.messagesAnswered('duplicate', 1);
  metrics.requestHandled({ method: 'GET', route: '/messages/:id', status: 404, durationMs: 12 });
  metrics.delivered('written', 2);
  metrics.scanned(120);
  metrics.warningsPosted(2);
  await metrics.render({ ...COUNTS, openDeadlines: 99 });
  const { contentType, body } = await metrics.render(COUNTS);
  expect(contentType).toMatch('text/plain');
  for (const line of [
    'pakkeforlop_messages_answered_total{outcome="received"} 3',
    'pakkeforlop_messages_answered_total{outcome="duplicate"} 1',
    'pakkeforlop_http_request_seconds_count{route="/messages/:id",method="GET",status="404"} 1',
    'pakkeforlop_deliveries_total{outcome="written"} 2',
    'pakkeforlop_scan_seconds_count 1',
    'pakkeforlop_warnings_posted_total 2',
    'pakkeforlop_messages{state="waiting"} 3',
    'pakkeforlop_outbox_resources{state="dead"} 1',
    'pakkeforlop_open_deadlines 7',
  ])
    expect(body.split('\n')).toContain(line);
});

test('two services of one process do not count together', async () => {
  createMetrics({ processMetrics: false }).warningsPosted(5);
  const { body } = await createMetrics({ processMetrics: false }).render(COUNTS);
  expect(body).toContain('pakkeforlop_warnings_posted_total 0');
});

test('the process is shown where it is wanted', async () => {
  const { body } = await createMetrics({ processMetrics: true }).render(COUNTS);
  expect(body).toContain('process_cpu_seconds_total');
});
