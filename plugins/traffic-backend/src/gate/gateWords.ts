import { ReleaseReason } from '@shopfloor/plugin-slo-common';
import { ChangeGate } from '@shopfloor/plugin-traffic-common';

/** A text in the languages of the portal. */
interface Words {
  en: string;
  zh: string;
}

/** A reason of the gate in both languages; of a newer gate as it comes. */
export function reasonWords({ code, message, values }: ReleaseReason): Words {
  return { en: message, zh: inChinese(code, values) ?? message };
}

function inChinese(
  code: ReleaseReason['code'],
  values: ReleaseReason['values'],
): string | undefined {
  const { slo = '' } = values;
  const share = (key: string) =>
    `${Number((Number(values[key]) * 100).toPrecision(3))}%`;
  switch (code) {
    case 'calendar':
      return `${values.name}，至 ${values.until}：${values.zh}`;
    case 'budget-used-up':
      return `“${slo}”的错误预算剩余 ${share('budgetLeft')}，达到 ${share('limit')} 即停止发布`;
    case 'budget-low':
      return `“${slo}”的错误预算剩余 ${share('budgetLeft')}，低于 ${share('limit')}`;
    case 'burning':
      return `“${slo}”在 ${Number(values.longSeconds) / 3600} 小时内消耗预算的速度超过允许速度的 ${values.factor} 倍`;
    case 'slo-unknown':
      return `“${slo}”的情况未知：没有请求，或从未测量`;
    case 'slo-stale':
      return `“${slo}”的数据停留在 ${values.observedAt}`;
    case 'no-slos':
      return `${values.entityRef} 在 ${values.environment} 没有 SLO，无法判断其状况`;
    case 'no-rule':
      return `发布策略“${values.policy}”没有针对 ${values.environment} 的规则`;
    case 'policy-unavailable':
      return `无法读取发布策略：${values.problem}`;
    default:
      return undefined;
  }
}

/** What the gate says, in one sentence for those who decide about a step, and for whoever was refused. */
export function gateWords(gate: ChangeGate, service: string): Words {
  const { decision, reasons, unavailable } = gate;
  const why = (language: 'en' | 'zh', fallback: string) =>
    reasons
      .map(reason => reason[language])
      .join(language === 'en' ? '; ' : '；') || fallback;
  if (unavailable !== undefined) {
    return {
      en: `Whether ${service} may be released is not known: the release gate does not answer (${unavailable}).`,
      zh: `无法得知 ${service} 能否发布：发布闸门没有响应（${unavailable}）。`,
    };
  }
  const en: Record<ChangeGate['decision'], string> = {
    go: `${service} may be released.`,
    'slow-down': `Releases of ${service} go slowly: ${why('en', 'the policy says so')}.`,
    freeze: `Releases of ${service} are frozen: ${why('en', 'the policy says so')}.`,
    unknown: `Whether ${service} may be released is not known: ${why('en', 'the gate gives no reason')}.`,
  };
  const zh: Record<ChangeGate['decision'], string> = {
    go: `${service} 可以发布。`,
    'slow-down': `${service} 的发布应放慢：${why('zh', '策略要求')}。`,
    freeze: `${service} 的发布已冻结：${why('zh', '策略要求')}。`,
    unknown: `无法得知 ${service} 能否发布：${why('zh', '闸门没有说明原因')}。`,
  };
  return { en: en[decision], zh: zh[decision] };
}
