import '@shopfloor/ui';
import '@shopfloor/ui/src/setupTests';
