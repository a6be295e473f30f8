import { useMemo, useState } from 'react';
import Box from '@mui/material/Box';
import HelpOutline from '@mui/icons-material/HelpOutline';
import MenuIcon from '@mui/icons-material/Menu';
import SearchIcon from '@mui/icons-material/Search';
import {
  Link,
  Sidebar,
  SidebarGroup,
  SidebarItem,
  SidebarScrollWrapper,
  useSidebarOpenState,
  useSidebarPinState,
} from '@backstage/core-components';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { NavContentComponentProps } from '@backstage/plugin-app-react';
import { NotificationsSidebarItem } from '@backstage/plugin-notifications';
import { SearchModal } from '@backstage/plugin-search';
import { UserSettingsSignInAvatar } from '@backstage/plugin-user-settings';
import { appTranslationRef } from '../../translation/translation';
import { pageTitleKey } from '../layout/pages';
import { navGroups, ungroupedPages } from './groups';
import { HelpDialog } from './HelpDialog';
import { Logo, LogoMark } from './Logo';
import { useShortcuts } from './useShortcuts';

function SidebarLogo() {
  const { t } = useTranslationRef(appTranslationRef);
  const { isOpen } = useSidebarOpenState();
  return (
    <Box sx={{ height: 64, px: 2.5, display: 'flex', alignItems: 'center' }}>
      <Link to="/" underline="none" aria-label={t('nav.home')}>
        {isOpen ? <Logo height={26} /> : <LogoMark size={30} />}
      </Link>
    </Box>
  );
}

function GroupHeading(props: { children: string }) {
  const { isOpen } = useSidebarOpenState();
  return (
    <Box
      aria-hidden={!isOpen}
      sx={{
        px: 2.5,
        pt: isOpen ? 2 : 1,
        pb: 0.5,
        fontSize: '0.6875rem',
        fontWeight: 600,
        color: 'text.secondary',
        minHeight: isOpen ? undefined : '1px',
        borderTop: isOpen ? 0 : '1px solid var(--sf-border-subtle)',
        mt: isOpen ? 0 : 1,
        whiteSpace: 'nowrap',
        overflow: 'hidden',
      }}
    >
      {isOpen && props.children}
    </Box>
  );
}

/** The navigation of the portal, with search on `/` and help on `?`. */
export function Navigation(props: NavContentComponentProps) {
  const { t } = useTranslationRef(appTranslationRef);
  const { isMobile } = useSidebarPinState();
  const [searching, setSearching] = useState(false);
  const [helping, setHelping] = useState(false);
  useShortcuts({
    '/': () => setSearching(true),
    '?': () => setHelping(true),
  });

  const { home, groups, settings } = useMemo(() => {
    const items = props.navItems.clone();
    const taken = ungroupedPages.map(id => [id, items.take(id)] as const);
    const ungrouped = Object.fromEntries(taken);
    const known = navGroups.map(group => ({
      id: group.id,
      items: group.pages.flatMap(id => items.take(id) ?? []),
    }));
    // A page that no group names yet still has a place.
    known[known.length - 1].items.push(...items.rest());
    return {
      home: ungrouped['page:home'],
      settings: ungrouped['page:user-settings'],
      groups: known.filter(group => group.items.length > 0),
    };
  }, [props.navItems]);

  const renderItem = (item: NonNullable<typeof home>) => {
    const key = pageTitleKey(item.href);
    return (
      <SidebarItem
        key={item.node.spec.id}
        icon={() => item.icon}
        to={item.href}
        text={key ? t(key) : item.title}
      />
    );
  };

  const tools = (
    <>
      <NotificationsSidebarItem text={t('page.notifications')} />
      <SidebarItem
        icon={HelpOutline as never}
        text={t('nav.help')}
        onClick={() => setHelping(true)}
      />
    </>
  );

  return (
    <>
      <Sidebar>
        <SidebarLogo />
        <SidebarGroup
          label={t('nav.search')}
          icon={<SearchIcon />}
          to="/search"
        >
          <SidebarItem
            icon={SearchIcon as never}
            text={t('nav.search')}
            onClick={() => setSearching(true)}
          />
        </SidebarGroup>
        <SidebarGroup label={t('nav.menu')} icon={<MenuIcon />}>
          <SidebarScrollWrapper>
            {home && renderItem(home)}
            {groups.map(group => (
              <Box
                key={group.id}
                role="group"
                aria-label={t(`nav.group.${group.id}`)}
              >
                <GroupHeading>{t(`nav.group.${group.id}`)}</GroupHeading>
                {group.items.map(renderItem)}
                {group.id === 'platform' && settings && renderItem(settings)}
              </Box>
            ))}
            {!groups.some(group => group.id === 'platform') &&
              settings &&
              renderItem(settings)}
            {isMobile && tools}
          </SidebarScrollWrapper>
        </SidebarGroup>
        <Box sx={{ flexGrow: 1 }} />
        {!isMobile && tools}
        <SidebarGroup
          label={t('nav.account')}
          icon={<UserSettingsSignInAvatar />}
          to="/settings"
        />
      </Sidebar>
      <SearchModal
        open={searching}
        hidden={!searching}
        toggleModal={() => setSearching(false)}
      />
      <HelpDialog open={helping} onClose={() => setHelping(false)} />
    </>
  );
}
