"""numpy.polynomial: its classes under the package's own name."""
from aic.lib.numpy_polynomial_polynomial import Polynomial, _class_Polynomial_fit
