import Box from '@mui/material/Box';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { auditTranslationRef } from '../translation/translation';
import { ChangeList } from './ChangeList';
import { FilterBar } from './FilterBar';
import { IncidentList } from './IncidentList';
import { useFilters } from './useFilters';

/** Changes or incidents, of everything or of one entity, with filters that stand in the URL. */
export function ChangesView(props: { entityRef?: string }) {
  const { t } = useTranslationRef(auditTranslationRef);
  const { entityRef } = props;
  const filters = useFilters();
  return (
    <Box sx={{ minWidth: 0 }}>
      <ToggleButtonGroup
        exclusive
        size="small"
        value={filters.view}
        aria-label={t('view.label')}
        onChange={(_, view) => view && filters.set({ view })}
        sx={{ mb: 2 }}
      >
        {(['changes', 'incidents'] as const).map(view => (
          <ToggleButton key={view} value={view}>
            {t(`view.${view}`)}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      <FilterBar filters={filters} entityGiven={entityRef !== undefined} />
      {filters.view === 'changes' ? (
        <ChangeList filters={filters} entityRef={entityRef} />
      ) : (
        <IncidentList filters={filters} entityRef={entityRef} />
      )}
    </Box>
  );
}
