import '@shopfloor/ui/src/setupTests';
