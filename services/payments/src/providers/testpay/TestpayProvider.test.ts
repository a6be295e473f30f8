import { ServiceClient, Tracing } from '@shopfloor/service-kit';
import { testMaterials } from '@shopfloor/service-kit/src/testing/testMaterials.ts';
import { TestPaymentProvider } from '@shopfloor/test-payment-provider/src/testing/index.ts';
import { describePaymentProvider } from '../testing/paymentProviderContract.ts';
import { TESTPAY_PROFILES, TestpayProvider } from './TestpayProvider.ts';

function open(profile: 'full' | 'single-capture') {
  return async () => {
    const process = await TestPaymentProvider.start();
    const account = await process.createAccount({
      profile: profile === 'full' ? 'full' : 'single_capture',
    });
    const { metrics, logger } = testMaterials();
    const service = {
      name: 'payments',
      version: '0.0.0',
      release: 'v1',
      environment: 'test',
      instance: 'payments-1',
    };
    const provider = TestpayProvider.create({
      client: ServiceClient.create({
        dependency: 'payment-provider',
        baseUrl: process.url,
        timeoutMs: 10_000,
        metrics,
        tracing: Tracing.create({ service }),
        logger,
      }),
      apiKey: account.secretKey,
      webhookSecret: account.webhookSecret,
      capabilities: TESTPAY_PROFILES[profile],
    });
    return {
      provider,
      tokens: {
        approved: 'tok_approved',
        declined: 'tok_declined_do_not_honor',
        redirect: 'tok_redirect',
      },
      approve: async (url: string) => {
        await process.answerRedirect(url, 'approve');
      },
      close: async () => {
        await provider.close();
        await process.stop();
      },
    };
  };
}

describePaymentProvider('testpay (full)', open('full'));
describePaymentProvider('testpay (single capture)', open('single-capture'));
