import '@shopfloor/ui';
import '@testing-library/jest-dom';
