"""Draw figures in one style that is readable in grey and with colour blindness. Equal data give equal bytes."""
