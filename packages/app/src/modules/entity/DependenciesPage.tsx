import Box from '@mui/material/Box';
import {
  EntityDependencyOfComponentsCard,
  EntityDependsOnComponentsCard,
  EntityDependsOnResourcesCard,
  EntityHasSubcomponentsCard,
} from '@backstage/plugin-catalog';
import { EntityCatalogGraphCard } from '@backstage/plugin-catalog-graph';
import { useEntity } from '@backstage/plugin-catalog-react';

/** The content of the tab "Dependencies". */
export function DependenciesPage() {
  const { entity } = useEntity();
  const component = entity.kind.toLowerCase() === 'component';
  return (
    <Box sx={{ display: 'grid', gap: 2, minWidth: 0 }}>
      <EntityCatalogGraphCard height={420} maxDepth={1} />
      {component && <EntityDependsOnComponentsCard />}
      {component && <EntityDependsOnResourcesCard />}
      {component && <EntityHasSubcomponentsCard />}
      {!component && <EntityDependencyOfComponentsCard />}
    </Box>
  );
}
