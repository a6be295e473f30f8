import { useEffect, useMemo } from 'react';
import { useResolvedPath } from 'react-router-dom';
import {
  BreadcrumbEntry,
  configApiRef,
  PageLayoutProps,
  useApi,
  useBreadcrumbEntries,
  useTranslationRef,
} from '@backstage/frontend-plugin-api';
import { PluginHeader } from '@backstage/ui';
import { appTranslationRef } from '../../translation/translation';
import { pageTitleKey, subPageTitleKeys } from './pages';

/** Backstage's own page layout with titles in the language of the reader, and the title of the browser's tab. */
export function ShopfloorPageLayout(props: PageLayoutProps) {
  const { tabs, children, titleLink } = props;
  const { t } = useTranslationRef(appTranslationRef);
  const appTitle = useApi(configApiRef).getOptionalString('app.title');
  const parentPath = useResolvedPath('.').pathname.replace(/\/$/, '');
  const key = pageTitleKey(parentPath);
  const title = key ? t(key) : props.title;
  const { items } = useBreadcrumbEntries();
  const resolvedTabs = useMemo(
    () =>
      tabs?.map(tab => ({
        ...tab,
        label:
          tab.id in subPageTitleKeys
            ? t(subPageTitleKeys[tab.id as keyof typeof subPageTitleKeys])
            : tab.label,
        href: tab.href.startsWith('/')
          ? tab.href
          : `${parentPath}/${tab.href}`.replace(/\/{2,}/g, '/'),
        matchStrategy: 'prefix' as const,
      })),
    [tabs, parentPath, t],
  );
  // A sub-page names itself in the words of its plugin, which are those of its tab.
  const breadcrumbs = items.map(item => {
    const tab = tabs?.find(candidate => candidate.label === item.label);
    const translated = resolvedTabs?.find(({ id }) => id === tab?.id);
    return { ...item, label: translated?.label ?? item.label };
  });
  // What a page itself says later (an entity, a document) replaces it.
  useEffect(() => {
    document.title = [title, appTitle ?? 'Shopfloor']
      .filter(Boolean)
      .join(' | ');
  }, [title, appTitle]);
  if (props.noHeader) {
    return <>{children}</>;
  }
  const content = (
    <>
      <PluginHeader
        title={title}
        icon={props.icon}
        titleLink={titleLink}
        breadcrumbs={breadcrumbs}
        tabs={resolvedTabs}
        customActions={props.headerActions}
      />
      {children}
    </>
  );
  return title ? (
    <BreadcrumbEntry
      entry={{ label: title, href: titleLink ?? (parentPath || '/') }}
    >
      {content}
    </BreadcrumbEntry>
  ) : (
    content
  );
}
