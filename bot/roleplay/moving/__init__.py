"""Moving house: a user folder of SillyTavern taken in whole."""
